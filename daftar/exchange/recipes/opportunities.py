"""The pipeline of a seller of hardware: accounts, products, sales teams, opportunities.

Decisions: revenue stands in millions of dollars in the file and in dollars here. A manager leads the department that is
called after them, belongs to it and has the role of a head. An opportunity's number is its id in the file and its source id. The name of a deal
is product and account, or product and number where there is no account. A deal is made on the day of its engagement, and
stands in won or lost since the day of its close. Companies belong to nobody, for no file names an owner: so the sellers of
every team see the companies of their deals.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from daftar.exchange.recipes.recipe import Recipe, RecipeFile, RecipePipeline, RecipeStage, Step

ACCOUNTS, PRODUCTS, TEAMS, DEALS = "accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv"
AS_WRITTEN = {"decimal": ".", "currency": "USD", "date_order": "mdy", "system": "opportunities"}

RECIPE = Recipe(
    key="opportunities",
    name=_("Opportunities: accounts, products, sales teams and pipeline"),
    about=_(
        "Four CSV files of a sales pipeline: companies, products, sellers in their teams and offices, and their deals."
    ),
    files=(
        RecipeFile(ACCOUNTS, ("account", "sector", "year_established", "revenue", "employees")),
        RecipeFile(PRODUCTS, ("product", "series", "sales_price")),
        RecipeFile(TEAMS, ("sales_agent", "manager", "regional_office")),
        RecipeFile(DEALS, ("opportunity_id", "sales_agent", "deal_stage", "close_value")),
    ),
    pipelines=(
        RecipePipeline(
            "deal",
            "opportunities",
            "Opportunities",
            (
                RecipeStage("prospecting", "Prospecting", colour="blue", probability=10),
                RecipeStage("engaging", "Engaging", colour="amber", probability=50),
                RecipeStage("won", "Won", "won", "green", 100),
                RecipeStage("lost", "Lost", "lost", "red"),
            ),
        ),
    ),
    steps=(
        Step(_("Offices"), TEAMS, "office", {"columns": {"regional_office": "name"}, "match": "name"}),
        Step(
            _("Heads of teams"),
            TEAMS,
            "user",
            {"columns": {"manager": "name", "regional_office": "office"}, "match": "name", "role": "head"},
        ),
        Step(
            _("Teams"),
            TEAMS,
            "department",
            {"columns": {"manager": ["name", "head"], "regional_office": "office"}, "match": "name"},
        ),
        Step(
            _("Heads in their teams"), TEAMS, "user", {"columns": {"manager": ["name", "department"]}, "match": "name"}
        ),
        Step(
            _("Sellers"),
            TEAMS,
            "user",
            {"columns": {"sales_agent": "name", "manager": "department", "regional_office": "office"}, "match": "name"},
        ),
        Step(
            _("Products"),
            PRODUCTS,
            "product",
            {
                "columns": {"product": "name", "series": "section", "sales_price": "price"},
                "match": "name",
                "unknown_choice": "create",
                **AS_WRITTEN,
            },
        ),
        Step(
            _("Companies"),
            ACCOUNTS,
            "company",
            {
                "columns": {
                    "account": "name",
                    "sector": "sector",
                    "year_established": "founded",
                    "revenue": "revenue",
                    "employees": "employees",
                    "office_location": "address.country",
                    "subsidiary_of": "parent",
                },
                "times": {"revenue": "1000000"},
                "defaults": {"owner": ""},
                "match": "name",
                "unknown_choice": "create",
                **AS_WRITTEN,
            },
        ),
        Step(
            _("Deals"),
            DEALS,
            "deal",
            {
                "columns": {
                    "opportunity_id": ["@id", "number"],
                    "sales_agent": "owner",
                    "product": "products",
                    "account": "company",
                    "deal_stage": "stage",
                    "engage_date": ["opened_on", "@created"],
                    "close_date": ["closed_on", "expected_close", "@moved"],
                    "close_value": "amount",
                },
                "compose": {"name": [["product", "account"], ["product", "opportunity_id"]]},
                "pipeline": "opportunities",
                "unknown_person": "create",
                **AS_WRITTEN,
            },
        ),
    ),
)
