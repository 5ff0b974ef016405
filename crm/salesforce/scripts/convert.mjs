// Turns the source into the format of the Metadata API with Salesforce's own library.
import path from "node:path";
import sdr from "@salesforce/source-deploy-retrieve";

const [source, target] = process.argv.slice(2).map((one) => path.resolve(one));
const found = sdr.ComponentSet.fromSource(source);
const options = { type: "directory", outputDirectory: target, genUniqueDir: false };
await new sdr.MetadataConverter().convert(found, "metadata", options);
