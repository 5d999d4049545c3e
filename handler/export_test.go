package handler

// AgeLists makes the lists of the directory's accounts older than they may be.
func (h *Handler) AgeLists() { h.lists.lasts = 0 }

// ReadAuthoritiesOnce is what Start does before the first TLS connection.
func ReadAuthoritiesOnce() { readAuthoritiesOnce() }
