"""Pages where achievements are written, published and looked after."""
