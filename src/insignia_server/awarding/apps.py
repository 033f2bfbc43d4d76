from django.apps import AppConfig


class AwardingConfig(AppConfig):
    name = "insignia_server.awarding"
    label = "awarding"

    def ready(self) -> None:
        """Mail tells what became of messages, people what was proved, and who leaves."""
        from insignia_server.awarding.delivery import heard
        from insignia_server.awarding.erasing import person_left
        from insignia_server.awarding.owning import identifier_proved
        from insignia_server.mail.subscribers import subscribe
        from insignia_server.people.subscribers import on_left, on_proved

        subscribe(heard)
        on_proved(identifier_proved)
        on_left(person_left)
