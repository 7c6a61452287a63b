//! Readers of tracks and plots.
