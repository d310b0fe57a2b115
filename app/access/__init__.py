"""Who may: one answer for pages, admin, sockets, API and reports (DESIGN rule 2)."""
