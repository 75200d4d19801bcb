module freshkey

go 1.26.0
