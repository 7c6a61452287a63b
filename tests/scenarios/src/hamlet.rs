//! Another village, invented.
