from daftar.crm.tests.conftest import at, shop  # noqa: F401  # the cast, a signed-in browser
from daftar.sales.paying.tests.conftest import books  # noqa: F401  # invoices and payments
