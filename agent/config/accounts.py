"""By what leads without an account are matched to one."""

from pydantic import Field

from agent.config.section import Section
from bbm_core.match import Names


class AccountSettings(Section):
    """Matches leads to accounts for account figures. Nothing is merged or written to the CRM.

    Each setting names an attribute of [attributes] that is read from leads and from accounts; a
    setting without one is not used, and without any nothing is matched.
    """

    corporate_number: str = ""
    """The attribute of the 法人番号."""
    domain: str = ""
    """The attribute of e-mail (leads) and website (accounts). Only the domain is ever kept."""
    company: str = ""
    """The attribute of the company's name."""
    prefecture: str = ""
    """The attribute of the prefecture or region."""
    parent: str = ""
    """The attribute of accounts that holds the id of the account owning it, such as ParentId. Alike
    accounts of one company are then no riddle, and concentration goes by the company at the top."""
    min_confidence: int = Field(default=80, ge=1, le=100)
    """The confidence from which a match counts; docs/accounts.md lists them."""

    @property
    def names(self) -> Names:
        """The attributes by what they say."""
        return Names(self.corporate_number, self.domain, self.company, self.prefecture)
