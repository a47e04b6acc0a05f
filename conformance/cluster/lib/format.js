import { after, before, describe } from "node:test";
import { declareEvents, declareJavaScriptValues, declareQuestions, declareRemoteSockets, declareServerSide } from "./contract.js";
import { startNodes, stopNodes, Node } from "./nodes.js";
import { Redis } from "./redis.js";

// CLUSTER_KINDS=node,node proves the tests themselves: on two nodes of Node alone they must pass as well.
const KINDS = (process.env.CLUSTER_KINDS ?? "parley,node").split(",");

/**
 * Declares all that one format can do, between a Parley and a Node server and in both directions.
 *
 * @param can {emitter: whether there is one on Node, binaryForServers}
 */
export function declareFormat(format, can) {
  describe(`${format}`, () => {
    const cluster = {};
    before(async () => {
      cluster.redis = await Redis.start();
      cluster.nodes = await startNodes(
        ...KINDS.map((kind, index) => Node.start(kind, format, cluster.redis, `${kind} ${index + 1}`)),
      );
    });
    after(async () => {
      await stopNodes(cluster.nodes ?? []);
      await cluster.redis?.stop();
    });

    for (const [from, to] of [[0, 1], [1, 0]]) {
      const pair = () => ({ here: cluster.nodes[from], there: cluster.nodes[to] });
      describe(`what ${KINDS[from]} does`, () => {
        declareEvents(pair, {});
        declareServerSide(pair, {});
        declareQuestions(pair, {}, can);
        declareRemoteSockets(pair);
        if (KINDS[from] === "node") declareJavaScriptValues(pair);
      });
      if (can.emitter || KINDS[from] === "parley") {
        describe(`what ${KINDS[from]}'s emitter does`, () => {
          declareEvents(pair, { from: "emitter" });
          declareServerSide(pair, { from: "emitter" });
        });
      }
      if (KINDS[from] === "parley") {
        describe("what an emitter with an address for answers does", () => {
          declareEvents(pair, { from: "asking emitter" });
          declareQuestions(pair, { from: "asking emitter" }, can);
        });
      }
    }
  });
}
