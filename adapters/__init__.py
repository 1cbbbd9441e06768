"""Chat platforms: connect and post (`adapter`), payload to domain (`events`), domain to payload (`render`)."""
