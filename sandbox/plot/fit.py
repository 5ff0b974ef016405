"""The ideal customer the story's company has in mind: what its draws are made to meet or miss.

It mirrors the example profile of the product, in its own few lines, so that the planted rates
are known. The product never sees it: there the flag follows from the attributes.
"""

INDUSTRIES = frozenset({"Manufacturing", "Transportation", "Wholesale", "Technology"})
EXCLUDED = frozenset({"Education", "Government"})
COUNTRIES = frozenset({"Japan", "United States"})
SENIOR = frozenset(
    "director manager head vp chief cto cio 部長 課長 本部長 役員 取締役".split()  # noqa: SIM905  reads as the profile's line
)
SIZES = range(300, 5001)
THRESHOLD = 60


def points(
    industry: str | None, employees: int | None, country: str | None, title: str | None
) -> int:
    """The points of what is known; what is not known gives none."""
    return (
        (40 if employees is not None and employees in SIZES else 0)
        + (30 if industry in INDUSTRIES else 0)
        + (15 if country in COUNTRIES else 0)
        + (15 if title and not SENIOR.isdisjoint(title.casefold().split()) else 0)
    )


def flag(
    industry: str | None, employees: int | None, country: str | None, title: str | None
) -> bool | None:
    """Whether a prospect is an ideal customer; None when what is missing decides it.

    A missing title is neutral: it gives no points, but leaves nothing open.
    """
    if industry in EXCLUDED:
        return False
    low = points(industry, employees, country, title)
    high = low + (40 if employees is None else 0) + (15 if country is None else 0)
    high += 30 if industry is None else 0
    if low >= THRESHOLD:
        return None if industry is None else True
    return False if high < THRESHOLD else None
