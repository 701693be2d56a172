module spontan/adapter

go 1.23
