// The parts of a judgement, from top to bottom; what a record does not say is left out.
import {
    Alert,
    Flex,
    List,
    ProgressBar,
    type StatusTagProps,
    StatusTag,
    Tag,
    Text
} from "@hubspot/ui-extensions";
import { type Judgement, LONG_UNCHANGED, type Override as Decision } from "./judgement";
import type { Reader } from "./reader";
import type { Reasons } from "./reasons";
import { filled, type Verdict, type Words } from "./words";

// Grey, not red: a record that does not fit is no fault.
const COLOURS: Record<Verdict, StatusTagProps["variant"]> = {
    icp: "success",
    not_icp: "default",
    unknown: "warning"
};

const DEMIBOLD = { fontWeight: "demibold" } as const;

export function Head({ judgement, words }: { judgement: Judgement; words: Words }) {
    const { verdict, score, tier } = judgement;
    return (
        <Flex direction="column" gap="small">
            <Flex align="center" gap="small" wrap>
                <StatusTag variant={COLOURS[verdict]} hollow={verdict === "unknown"}>
                    {words.verdicts[verdict]}
                </StatusTag>
                {tier && <Tag>{filled(words.tier, tier)}</Tag>}
            </Flex>
            {score !== undefined && (
                <ProgressBar
                    value={Math.min(100, Math.max(0, score))}
                    valueDescription={scoreText(score, judgement.reasons, words)}
                    variant={verdict === "icp" ? "success" : "warning"}
                />
            )}
        </Flex>
    );
}

export function Override({ override, reader }: { override?: Decision; reader: Reader }) {
    if (!override) {
        return null;
    }
    const { words } = reader;
    const { verdict, state, reason, until } = override;
    const day = until ? reader.day(until) : "";
    return (
        <Alert
            title={filled(words.override, words.verdicts[verdict])}
            variant={state === "standing" ? "info" : "warning"}
        >
            <Flex direction="column" gap="extra-small">
                {reason && <Text>{reason}</Text>}
                {day && state !== "ended" && <Text>{filled(words.overrideUntil, day)}</Text>}
                {state === "pending" && <Text>{words.overridePending}</Text>}
                {state === "ended" && <Text>{filled(words.overrideEnded, day)}</Text>}
            </Flex>
        </Alert>
    );
}

export function Why({ reasons, words }: { reasons: Reasons; words: Words }) {
    const { lead, items, rest } = reasons;
    if (!lead && !items.length && !rest) {
        return null;
    }
    return (
        <Flex direction="column" gap="extra-small">
            <Text format={DEMIBOLD}>{words.why}</Text>
            {lead && <Text>{lead}</Text>}
            {items.length > 0 && (
                <List>
                    {items.map((one, place) => (
                        <Flex key={place} justify="between" gap="small">
                            <Text>{one.label}</Text>
                            <Text format={DEMIBOLD}>
                                {filled(words.points, signed(one.points))}
                            </Text>
                        </Flex>
                    ))}
                </List>
            )}
            {rest && <Text>{rest}</Text>}
        </Flex>
    );
}

export function Missing({ names, words }: { names: string[]; words: Words }) {
    if (!names.length) {
        return null;
    }
    return (
        <Flex direction="column" gap="extra-small">
            <Text format={DEMIBOLD}>{words.missing}</Text>
            <Flex gap="extra-small" wrap>
                {names.map((name) => (
                    <Tag key={name} variant="warning">
                        {name}
                    </Tag>
                ))}
            </Flex>
            <Text variant="microcopy">{words.missingHelp}</Text>
        </Flex>
    );
}

/** What stands small below: how much is known, since when, and by which definition. */
export function Facts({ judgement, reader }: { judgement: Judgement; reader: Reader }) {
    const { words } = reader;
    const { coverage, judged, unchangedDays, version } = judgement;
    const facts = [
        coverage === undefined ? "" : filled(words.coverage, coverage),
        judged ? filled(words.judged, reader.moment(judged)) : "",
        version ? filled(words.version, version) : "",
        unchangedDays >= LONG_UNCHANGED ? filled(words.unchanged, unchangedDays) : ""
    ].filter(Boolean);
    return (
        <Flex direction="column" gap="flush">
            {facts.map((fact) => (
                <Text key={fact} variant="microcopy">
                    {fact}
                </Text>
            ))}
        </Flex>
    );
}

function scoreText(score: number, { reach }: Reasons, words: Words): string {
    return reach
        ? filled(words.scoreReach, score, reach.low, reach.high)
        : filled(words.score, score);
}

function signed(points: number): string {
    // The sign for minus is as wide as the one for plus.
    return points > 0 ? `+${points}` : `${points}`.replace("-", "\u2212");
}
