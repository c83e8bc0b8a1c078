package io.gatehouse.dist;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which part of a long list a command prints. */
final class PageOption {
    @Option(names = "--limit", paramLabel = "N", description = "at most N of them, 1 to 1000; default: 100")
    private String limit = "";

    @Option(names = "--cursor", paramLabel = "TEXT", description = "the next page: what the page before printed")
    private String cursor = "";

    void addTo(Map<String, String> query) {
        query.put("limit", limit);
        query.put("cursor", cursor);
    }

    /**
     * Prints the page with how it goes on.
     *
     * @param list the name of the list in {@code reply}
     */
    static void print(PrintWriter out, Table table, Reply reply, String list) {
        table.print(out);
        out.println(reply.list(list).size() + " of " + reply.text("matched") + " " + list);
        if (!reply.text("next").isEmpty()) {
            out.println("next page: --cursor " + reply.text("next"));
        }
    }
}
