"""The statistics: frames and arrays in, values out; no files, clock or hidden randomness."""
