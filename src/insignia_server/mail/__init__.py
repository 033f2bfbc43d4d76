"""Mail: texts, the queue, bounces and who must not be written to. It knows no award and no achievement."""
