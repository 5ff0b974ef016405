import { hubspot } from "@hubspot/ui-extensions";
import { IcpCard } from "./IcpCard";

hubspot.extend<"crm.record.tab">(({ context }) => <IcpCard context={context} />);
