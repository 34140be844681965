// Package glass reads the Xapian glass index stored inside an archive.
package glass
