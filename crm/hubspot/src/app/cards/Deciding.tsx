import { type CrmContext, Divider, Flex, Text } from "@hubspot/ui-extensions";
import { CrmPropertyList } from "@hubspot/ui-extensions/crm";
import { EDITED } from "./properties";
import type { Words } from "./words";

interface Props {
    location: CrmContext["location"];
    words: Words;
}

/** How a person decides otherwise: here where HubSpot's own fields may stand, else in its list. */
export function Deciding({ location, words }: Props) {
    const here = location === "crm.record.tab";
    return (
        <Flex direction="column" gap="small">
            <Divider />
            <Text variant="microcopy">{here ? words.overrideHere : words.overrideHow}</Text>
            {here && <CrmPropertyList properties={EDITED} />}
        </Flex>
    );
}
