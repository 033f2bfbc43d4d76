"""What every app stands on: keys, scopes, jobs, paging, pictures, the look."""
