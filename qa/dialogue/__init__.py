"""What a question owes to the conversation: follow-ups, greetings, and questions about the library itself."""
