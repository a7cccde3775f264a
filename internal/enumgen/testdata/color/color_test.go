package color

// Not in the list: a constant of a test.
const Purple Color = "purple"
