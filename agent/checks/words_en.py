"""What the checks say, in English."""

from types import MappingProxyType
from typing import Final

EN: Final = MappingProxyType(
    {
        # standings
        "good": "good",
        "watch": "watch",
        "problem": "problem",
        "unclear": "cannot tell",
        "missing": "Missing",
        "advice": "What you can do",
        # concentration of a file
        "concentration": "Concentration",
        "spread_fine": "No customer weighs too much: the largest, {largest}, brings {top1}, the "
        "top ten {top10}.",
        "spread_single": "All revenue comes from one customer, {largest}.",
        "spread_top1": "The largest customer, {largest}, brings {value} (guide line {line}).",
        "spread_top3": "The three largest bring {value} (guide line {line}).",
        "spread_top10": "The ten largest bring {value} (guide line {line}).",
        "spread_hhi": "The revenue is as concentrated as among {effective} customers of one size "
        "(HHI {value}, guide line {line}).",
        "spread_loss": "Losing {largest} would take {share} of the revenue.",
        "spread_none": "There is no positive revenue to spread.",
        "spread_advice_high": "Win customers outside the ICP and in new markets, so that no "
        "single loss decides the year; agree with {largest} well before its renewal.",
        "spread_advice_watch": "Look at {largest} and the next four each quarter: contract end, "
        "contact persons, use.",
        "rows_used": "{rows} rows used",
        "rows_passed": "{rows} left out by --where",
        "rows_nameless": "{rows} without a customer",
        "rows_bad": "{rows} could not be used",
        "row_bad": "line {line}: {why}",
        "rows_more": "and {rows} more",
        "unsold": "{count} customers with nothing and {negative} with less than nothing have no "
        "share.",
        "col_span": "Span",
        "col_customers": "Customers",
        "col_total": "Total",
        "col_hhi": "HHI",
        "col_effective": "Even to",
        "col_gini": "Gini",
        "col_top": "Top {count}",
        "col_top20": "Top 20%",
        "col_largest": "Largest",
        "whole": "all",
        # titles
        "more-leads": "More leads, lower quality",
        "alignment": "Marketing and sales aligned",
        "flips": "Flips of policy",
        "markets": "Room to grow, new markets",
        "mode": "Mode",
        # words for figures
        "from_to": "{before} → {after}",
        "of_count": "{count} of {total}",
        "figure_records": "Records",
        "figure_icp": "ICP",
        "figure_records_weekly": "Records a week",
        "figure_icp_weekly": "ICP a week",
        "figure_rate": "ICP rate",
        "figure_band": "Its band",
        "figure_odds": "Odds ratio of ICP",
        # more leads, lower quality
        "dilution_diluted": "More leads, but lower quality: {after} leads in the last {weeks} "
        "weeks, {before} in the {weeks} before; the ICP rate fell from {rate_before} to "
        "{rate_after}.",
        "dilution_worse": "The ICP rate fell from {rate_before} to {rate_after} between two spans "
        "of {weeks} weeks, without surely more leads ({before} before, {after} now).",
        "dilution_grown": "More leads, and as good as before: {after} in the last {weeks} weeks "
        "after {before}, at an ICP rate of {rate_after} after {rate_before}.",
        "dilution_steady": "Neither volume nor quality has surely changed: {after} leads in the "
        "last {weeks} weeks after {before}, at an ICP rate of {rate_after} after {rate_before}.",
        "dilution_unclear": "Too few classified leads to compare two spans of {weeks} weeks: "
        "{needed} more are needed in the smaller one.",
        "dilution_below_band_more": "More leads, but lower quality: {after} leads a week in the "
        "last {weeks} weeks, {before} a week in the {past} before; the ICP rate fell from "
        "{rate_before} to {rate_after}, its band is {band}.",
        "dilution_below_band": "Lower quality: the ICP rate of the last {weeks} weeks is "
        "{rate_after}, its band is {band}. Leads have not surely become more: {after} a week, "
        "{before} a week in the {past} weeks before.",
        "dilution_above_band": "Not more leads of lower quality, but the opposite: the ICP rate of "
        "the last {weeks} weeks is {rate_after}, its band is {band}; {after} leads a week, "
        "{before} a week in the {past} weeks before.",
        "dilution_icp_weekly": "ICP leads went from {before} to {after} a week.",
        "dilution_icp": "ICP leads went from {before} to {after}.",
        "dilution_channel": "{channel} accounts for {points} of the change.",
        # alignment
        "alignment_none": "Whether marketing and sales agree cannot be told from what is recorded.",
        "missing_acceptance": "Acceptance by sales is not recorded. Name the statuses that mean "
        "it in `accepted` and `sent_back` of [checks]. Statuses of leads seen: {seen}.",
        "missing_acceptance_blank": "Acceptance by sales is not recorded. Name the statuses that "
        "mean it in `accepted` and `sent_back` of [checks].",
        "no_answers": "No record took one of the statuses in `accepted` and `sent_back` of "
        "[checks] in these months.",
        "kappa_none": "Sales accepted all or none, or all had one flag: nothing can agree beyond "
        "chance.",
        "kappa_few": "Only {count} answers of sales so far; {least} are needed to judge the "
        "agreement.",
        "kappa_poor": "What sales accepts has little to do with the ICP flag (κ {kappa}): both "
        "work by different definitions.",
        "kappa_fair": "What sales accepts agrees only partly with the ICP flag (κ {kappa}).",
        "kappa_good": "Sales accepts mostly what the ICP flag says (κ {kappa}).",
        "kappa_advice": "Go through ten ICP leads that were sent back and ten others that were "
        "accepted, marketing and sales together, and change the profile or the rules of "
        "acceptance.",
        "figure_back": "Sent back by sales",
        "figure_kappa": "Agreement (Cohen's κ)",
        "missing_handover": "The funnel has no stage `{stage}`, from which the follow-up would be "
        "timed. Name one of {known} in `handover` of [checks].",
        "missing_activities": "Calls, mails and meetings are not recorded, so the follow-up "
        "cannot be timed. Name them in `activities` of [inputs].",
        "no_handed": "Too few records were handed over since activities are recorded, with and "
        "without the ICP flag.",
        "figure_touched": "Touched within {hours} hours",
        "icp_other": "ICP {icp}, others {other}",
        "figure_ratio": "Follow-up ratio (ICP / others)",
        "follow_none": "Within {hours} hours {icp} of the ICP records and {other} of the others "
        "were touched: too few on one side for a ratio.",
        "follow_less": "ICP records are followed up less than others: {icp} within {hours} hours, "
        "the others {other}.",
        "follow_alike": "ICP records are not followed up more than others: {icp} within {hours} "
        "hours, the others {other}.",
        "follow_more": "ICP records are followed up first: {icp} within {hours} hours, the others "
        "{other}.",
        "follow_advice": "Agree that every ICP record is touched within {hours} hours, and look "
        "at the exceptions each week.",
        "missing_people": "Nobody says who is in which team, so orientation is told only for all "
        "owners together. Name the file in `people` of [inputs].",
        "owners_differ": "The {count} owners work towards different balances: their ICP rates "
        "differ by more than chance around {rate}.",
        "owners_far": "{far} of {count} owners lie far outside what chance allows around an ICP "
        "rate of {rate}.",
        "owners_alike": "The {count} owners work at about the same ICP rate of {rate}.",
        "owners_advice": "Agree in the team which share of ICP deals is aimed at, and how leads "
        "are distributed.",
        "unit": "{rate} ({counts}), shrunk {shrunk}, {place}",
        "place_inside": "as the others",
        "place_low": "low",
        "place_high": "high",
        "place_far_low": "far lower",
        "place_far_high": "far higher",
        # flips
        "flips_short": "The record is too short to tell a policy: {months} full months are needed.",
        "flips_none": "No lasting change of the share of leads and deals outside the ICP, and no "
        "mix of sources that was shifted and shifted back.",
        "flips_mix_only": "The mix of sources was not shifted and shifted back; for shares by "
        "month the record is too short.",
        "turn_accepted": "{team}: since {period}, {after} of what is accepted lies outside the "
        "ICP; before, {before}.",
        "turn_worked": "{team}: since {period}, {after} of the new deals lie outside the ICP; "
        "before, {before}.",
        "turn_won": "{team}: since {period}, {after} of the wins lie outside the ICP; before, "
        "{before}.",
        "turn_target": " Target attainment then: {attained}.",
        "turn_manager": " A manager changed on {day}.",
        "everybody": "Everybody",
        "mix_turned": "The mix of sources was shifted back in {period}, against the shift before "
        "({moved} of it moved).",
        "turned": ", turned back",
        "mix_moved": "{moved} moved (chance gives {noise})",
        "figure_mix": "Mix of sources {period}",
        "missing_accepted": "Which leads sales accepts is not recorded, so changes there are not "
        "seen. Name the statuses in `accepted` of [checks].",
        "missing_teams": "Teams and managers are not known, so changes are told for everybody "
        "together. Name the file in `people` of [inputs].",
        "missing_targets": "Sales targets are not known, so changes are not set beside their "
        "attainment. Name the file in `targets` of [checks].",
        "bad_targets": "{count} rows of the targets could not be used; line {line}: {why}",
        "flips_advice": "Declare the stance for the next two quarters with its reason, and change "
        "it only when the balance asks for it, not when a target is missed.",
        # markets
        "markets_none": "Nothing says how the market divides.",
        "missing_market": "Name the attribute that divides your market, such as the industry, in "
        "`market` of [checks].",
        "markets_number": "By {by}, wins spread as over {number} markets of one size.",
        "markets_no_leads": "No leads with a market in these months.",
        "markets_narrow": "Only {share} of the leads come from markets without a customer yet; "
        "below {floor} little new is tried.",
        "markets_open": "{share} of the leads come from markets without a customer yet.",
        "market_candidate": "{name}, outside the ICP, wins {wins} of {deals} deals and is worth "
        "{ratio} of an ICP deal per hour (nearly as much or more with {probability}).",
        "market_no_candidate": "No market outside the ICP with {least} decided deals or more "
        "earns nearly as much per hour as the ICP.",
        "effective_of": "{number} (of {markets} with wins)",
        "figure_markets": "Effective number of markets",
        "figure_new": "Leads from new markets",
        "figure_new_names": "New markets",
        "missing_effort": "Effort is not recorded, so every deal counts as the same effort. Name "
        "the activities in [inputs].",
        "missing_leads": "Leads are not read, so where new ones come from is not known.",
        "without_rate": "{count} deals in {names} are left out: [currencies] states no rate into "
        "{base}.",
        "closed_ahead": "{count} deals are closed on a day to come and are left out.",
        "candidates_advice": "Try {names} with a small share of the budget and a review date, "
        "then decide whether the ICP should take it in.",
        "markets_advice": "Keep at least {floor} of the inflow for markets without a customer.",
        # concentration
        "no_revenue": "There is no won amount in the last {months} months.",
        "no_revenue_counts": "No won amount of the last {months} months can be counted.",
        "icp_revenue": "Customers in the ICP are {customers} of {total} and bring {share} of the "
        "revenue.",
        "figure_customers": "Customers (revenue)",
        "figure_tops": "Top 1 · 3 · 5 · 10",
        "figure_top20": "Top 20% of customers",
        "figure_hhi": "HHI, customers",
        "figure_hhi_icp": "HHI, customers in the ICP",
        "figure_hhi_markets": "HHI, markets",
        "figure_hhi_owners": "HHI, owners",
        "hhi_value": "{hhi} ({points} points), as {effective} of one size out of {holders}",
        "figure_gini": "Gini",
        "figure_loss": "If {name} left",
        "figure_risk": "Revenue at risk in a year",
        "risk_value": "{expected} expected; in 95 of 100 years at most {var}, in the other 5 "
        "{shortfall} on average",
        "missing_leaving": "How many customers leave in a year is not known (fewer than {least} "
        "decided renewals), so revenue at risk is not computed. State it in `leaving` of "
        "[checks].",
        "missing_amounts": "{count} won deals have no amount and are left out.",
        "missing_accounts": "{count} won deals have no account and belong to no customer.",
        # modes
        "mode_bbm": "{names}: quality and quantity are balanced (BBM).",
        "mode_abm": "{names}: named accounts are worked one by one (ABM), so no ICP rate is too "
        "high.",
        "mode_lbm": "{names}: many customers are sought (LBM), so only too low an ICP rate counts.",
        "modes_mixed": "The modes differ, and a stage has one ICP rate for all profiles: its band "
        "is kept on both sides, so too high a rate is told as well.",
        "two_sided": "Its ICP rates can be too low and too high; `bbm balance` shows them against "
        "their bands.",
        "missing_named": "The named accounts are not stated. Name a CSV file in `named_accounts`, "
        "or the attribute that marks them in `named_attribute`, of [checks].",
        "no_named": "The list of named accounts is empty.",
        "coverage": "Of {named} named accounts we know somebody in {share}.",
        "figure_named_people": "With a known person or deal",
        "figure_named_deals": "With a deal",
        "figure_named_won": "Won",
        "figure_named_ltv": "Expected LTV of named accounts",
        "missing_ltv": "What customers are worth is not known. Run `bbm ltv`.",
        "one_to_one": "Begin one-to-one (a letter to a key person, a seminar for one company) "
        "with {names}.",
        "won_count": "{now} new deals were won in the last {months} months, {before} in the "
        "{months} before.",
        "figure_fresh": "First wins in",
        # fit check
        "fit_abm": "account-based (ABM) suits: work named accounts one by one",
        "fit_lbm": "lead-based (LBM) suits: win many, watch that the fit does not fall",
        "fit_bbm": "balanced (BBM) suits: keep quality and quantity in balance",
        "provisional": " (provisional)",
        "fit_everything": "All products",
        "fit_prices": "The largest plan costs {value} times the smallest:",
        "fit_sizes": "The largest buyers are {value} times the smallest:",
        "fit_deals": "Large deals (top tenth) are {value} times the small ones (bottom tenth):",
        "fit_buyers": "About {value} possible buyers:",
        "leaning_wide": "large and small side by side, which is for BBM.",
        "leaning_alike": "customers of one kind.",
        "leaning_middle": "this speaks for neither.",
        "leaning_few": "few enough to name one by one, which is for ABM.",
        "leaning_many": "too many to name one by one, which is for LBM.",
        "unanswered_prices": "Not answered: the price of the smallest and the largest plan.",
        "unanswered_sizes": "Not answered: the size of the smallest and the largest buyers.",
        "unanswered_buyers": "Not answered: about how many possible buyers there are.",
        "fit_no_lines": "The deals of the product lines cannot be told apart. Name the attribute "
        "in `product_line` of [checks].",
        "fit_few_deals": "Only {deals} won deals with an amount; {least} are needed to see their "
        "spread.",
        "fit_present_mixed": "Your profiles differ in mode ({modes}); their common ICP rate is "
        "kept on both sides, as in BBM. `mode` of [[icp.profiles]] changes that.",
        "fit_present": "Your profiles are set to {mode}; `mode` of [[icp.profiles]] changes that.",
        "fit_keep": "To keep these answers, add to the configuration:",
        "ask_lowest_price": "{line}: price of the smallest plan a year (Enter to skip)",
        "ask_highest_price": "{line}: price of the largest plan a year (Enter to skip)",
        "ask_smallest_buyer": "{line}: size of the smallest buyers, e.g. in employees (Enter to "
        "skip)",
        "ask_largest_buyer": "{line}: size of the largest buyers (Enter to skip)",
        "ask_buyers": "{line}: about how many possible buyers (Enter to skip)",
        # alerts about lost customers
        "loss_left": "Customer lost: {name} ({share})",
        "loss_renewal": "Renewal lost: {name} ({share})",
        "loss_verdict_left": "Customer lost",
        "loss_verdict_renewal": "Renewal lost",
        "loss_share": "{share} of the revenue of {months} months",
        "loss_no_share": "no revenue in {months} months",
        "loss_why_left": "It is no longer in the stage of existing customers since {day}.",
        "loss_why_renewal": "Its renewal was lost on {day}.",
        "loss_top": "It was number {rank} of {customers} customers.",
        "loss_icp": "It fits the ICP: what it has in common with others may tell who is next.",
        "loss_hhi": "Without it the revenue is as concentrated as among {effective} customers of "
        "one size.",
        "loss_fact_amount": "Revenue, {months} months",
        "loss_fact_rank": "Rank",
        "loss_fact_fit": "ICP",
        "loss_fit_yes": "fits",
        "loss_fit_no": "does not fit",
        "loss_fit_unknown": "not known",
        "loss_act_talk": "Ask why it left within the week, and write the reason into the CRM.",
        "loss_act_next": "Look at the next largest customers: contract end, contact persons, use.",
        "turn_against": " That goes against the declared stance ({stance}, {day}).",
        "stance_quality": "more quality",
        "stance_volume": "more volume",
        "stance_balanced": "balanced",
        "missing_stance": "No stance is declared, so action is not set against it. Declare one "
        "with `bbm decide`.",
    }
)
