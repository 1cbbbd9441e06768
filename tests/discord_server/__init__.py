"""A Discord of our own for tests: real HTTP and WebSockets on loopback, with people, limits, faults and a transcript."""
