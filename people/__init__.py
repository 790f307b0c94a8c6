"""Company, users, employees, teams, postings, accounts and who held them when; roles."""
