package color

// Huge stands in a file that sorts after the type's.
const Huge Size = "xxl"
