"""The demonstration company: invented people, accounts and figures, all told from one date."""
