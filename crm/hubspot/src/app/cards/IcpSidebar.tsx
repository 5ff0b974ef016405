import { hubspot } from "@hubspot/ui-extensions";
import { IcpCard } from "./IcpCard";

hubspot.extend<"crm.record.sidebar">(({ context }) => <IcpCard context={context} />);
