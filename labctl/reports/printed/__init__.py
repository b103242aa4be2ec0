"""Documents on paper: what each says (Markdown of content), and one writer per format."""
