"""Suppliers' catalogues: imported as a job, checked line by line, compared, approved, put in force and taken back."""
