module github.com/grondslag/grondslag

go 1.26.0
