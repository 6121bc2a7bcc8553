//! Findings as text: one file per format.
