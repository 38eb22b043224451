"""Four small files of a sales pipeline, with the headings and the oddities of real ones."""

FILES = {
    "accounts.csv": """account,sector,year_established,revenue,employees,office_location,subsidiary_of
Acme Corporation,technolgy,1996,1100.04,2822,United States,
Betasoloin,medical,1999,251.41,495,United States,
Bluth Company,technolgy,1993,1242.32,3027,Philipines,Acme Corporation
""",
    "products.csv": """product,series,sales_price
GTX Basic,GTX,550
GTX Pro,GTX,4821
MG Special,MG,55
""",
    "sales_teams.csv": """sales_agent,manager,regional_office
Anna Snelling,Dustin Brinkmann,Central
Sara Whitfield,Dustin Brinkmann,Central
Boris Faz,Rocco Neubert,East
""",
    "sales_pipeline.csv": """opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
1C1I7A6R,Sara Whitfield,GTX Basic,Acme Corporation,Won,10/20/2016,3/1/2017,1054
Z063OYW0,Boris Faz,GTXPro,Betasoloin,Lost,10/25/2016,3/11/2017,0
EC4QE1BX,Sara Whitfield,MG Special,Bluth Company,Engaging,11/3/2016,,
MV1LWRNH,Anna Snelling,GTX Basic,,Engaging,11/7/2016,,
PE84CX4O,Sara Whitfield,GTXPro,Acme Corporation,Prospecting,,,
ZNBS69V1,Anna Snelling,MG Special,Betasoloin,Prospecting,,,
9ME3374G,Sara Whitfield,MG Special,,Prospecting,,,
7GN8Q4LL,Anna Snelling,GTXPro,Bluth Company,Engaging,11/14/2016,,
""",
}
"""File name → its text."""

HOW_MANY = {"Prospecting": 3, "Engaging": 3, "Won": 1, "Lost": 1}
"""Deals by stage."""


def write_files(folder):
    """The files in a folder; their paths."""
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in FILES]
