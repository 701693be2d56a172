module spontan/vectors

go 1.21
