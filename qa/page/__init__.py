"""What the page in the browser shows: conversation and documents in, escaped HTML out; Gradio itself is in `app`."""
