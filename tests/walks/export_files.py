"""Five small files of another CRM's export, with its headings and what real ones have: repeated names, stages, calls of people in other files."""

FILES = {
    "Users.csv": """USER_ID,Username,Email Id,Role,Status
1003,Lazar Mathew,lazar@old.example,Sales,active
1007,David Love,david@old.example,Sales,active
""",
    "Accounts.csv": """ACCOUNTID,Account Name,Account Owner Id,Account Owner,Account Type,Industry,Website,Tasks Involved,Calls Involved
2,Laura Ashley,1003,Lazar Mathew,Customer,Technology,BetaPages.com,Yes,No
3,Angel's,1007,David Love,Prospect,Manufacturing,CompHotel.com,No,No
4,Laura Ashley,1007,David Love,Prospect,Technology,,No,No
""",
    "Contacts.csv": """CONTACTID,Last Name,Contact Owner Id,Contact Owner,Account Id,Email,Lead Source,Mobile,Created Time
2585,Tucker,1007,David Love,2,becki@pets.example,Partner,805-247-8982,"16 Apr, 2021 00:02:00"
2593,Aguilar,1003,Lazar Mathew,3,wanda@rhyta.example,External Referral,732-984-5010,"16 Apr, 2021 00:02:00"
""",
    "Potentials.csv": """Potential Name,Potential Owner,Created Time,Closing Date,Amount,Expected Revenue,Stage,Probability,LEADID
"Lewis, James",David Love,"15 Apr, 2021 00:02:00","16 Apr, 2021 00:03:00","$22,700.00","$33,500.00",Needs Analysis,40,
"Kirk, Rebecca",Lazar Mathew,"15 Apr, 2021 00:02:00","16 Apr, 2021 00:03:00","$29,700.00","$24,900.00",Closed Won,100,
"Moss, Ada",Lazar Mathew,"15 Apr, 2021 00:02:00","16 Apr, 2021 00:03:00","$1,300.50","$900.00",Closed Lost,0,
""",
    "Calls.csv": """TASKID,Call Start Time,Call Owner Id,Subject,Call Type,Created Time,Modified Time,CONTACTID,ACCOUNTID,POTENTIALID
5000309,2021-04-15 23:03:00,1003,US INVOICE CALL,Outbound,2021-04-15 00:03:00,2021-10-08 00:09:00,2585,2,0
9000346,2021-04-15 23:03:00,1003,us books,Inbound,2021-04-15 00:03:00,2021-10-08 00:09:00,2593,,0
""",
}
"""File name → its text."""
COUNTED = {"/companies/": 3, "/contacts/": 2, "/deals/": 3, "/deals/?stage.kind=won": 1, "/deals/?stage.kind=lost": 1}
"""Address of a list → its rows when all is in."""
LIST = "Full name,E-mail,Position,Shoe size\n" + "".join(
    f"{name},{mail},{position},{41 + n}\n"
    for n, (name, mail, position) in enumerate([
        ("Becki Tucker", "becki@pets.example", "Buyer"), ("Wanda Aguilar", "wanda@rhyta.example", "Owner"),
        *((f"New {n}", f"new{n}@x.example", "Clerk") for n in range(12)), ("Broken", "at nowhere", "Clerk"),
    ])
)  # fmt: skip
"""A later list that meets two who are there."""


def write_files(folder):
    """The files in a folder; their paths."""
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in FILES]
