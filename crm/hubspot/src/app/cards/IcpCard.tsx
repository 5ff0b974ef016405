import {
    Alert,
    Button,
    type CrmContext,
    EmptyState,
    ErrorState,
    Flex,
    LoadingSpinner,
    Text
} from "@hubspot/ui-extensions";
import { useCrmProperties } from "@hubspot/ui-extensions/crm";
import { readingOf } from "./judgement";
import { Facts, Head, Missing, Override, Why } from "./parts";
import { NAMES } from "./properties";
import { readerOf } from "./reader";
import { Deciding } from "./Deciding";

interface Props {
    context: CrmContext;
    now?: Date;
}

/** Whether a record fits the ideal customer profile, why, and what is missing. */
export function IcpCard({ context, now = new Date() }: Props) {
    const { properties, error, isLoading, refetch } = useCrmProperties(NAMES);
    const reader = readerOf(context.user, context.portal.timezone);
    const { words } = reader;
    const reading = readingOf(properties, now);

    if (isLoading) {
        return <LoadingSpinner label={words.loading} showLabel layout="centered" />;
    }
    if (error && reading === "hidden") {
        return (
            <ErrorState title={words.failedTitle}>
                <Text>{words.failed}</Text>
                <Button onClick={() => void refetch()}>{words.again}</Button>
            </ErrorState>
        );
    }
    if (reading === "hidden") {
        return (
            <ErrorState title={words.hiddenTitle} type="lock">
                <Text>{words.hidden}</Text>
            </ErrorState>
        );
    }
    if (reading === "not judged") {
        return (
            <EmptyState title={words.notJudgedTitle} layout="vertical" imageName="target" flush>
                <Text>{words.notJudged}</Text>
            </EmptyState>
        );
    }
    return (
        <Flex direction="column" gap="medium">
            {error && (
                <Flex direction="column" gap="extra-small" align="start">
                    <Alert title={words.outdated} variant="warning" />
                    <Button onClick={() => void refetch()}>{words.again}</Button>
                </Flex>
            )}
            <Head judgement={reading} words={words} />
            <Override override={reading.override} reader={reader} />
            <Why reasons={reading.reasons} words={words} />
            <Missing names={reading.missing} words={words} />
            <Facts judgement={reading} reader={reader} />
            <Deciding location={context.location} words={words} />
        </Flex>
    );
}
