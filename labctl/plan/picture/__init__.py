"""The topology of a bench as a picture: places, ways of the cables, drawing."""
