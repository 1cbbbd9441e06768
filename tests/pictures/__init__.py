"""Pictures of what people see, for the documentation: a page and a drawing made of messages' blocks."""
