"""Model clients: Ollama, OpenAI-compatible servers and the embedded model, behind one port."""
