package io.gatehouse.dist;

import java.util.Map;
import picocli.CommandLine.Command;

/** {@code gatehouse user blocks}. */
@Command(name = "blocks", description = "Lists the blocked users.")
final class UserBlocksCommand extends AdminAction {
    UserBlocksCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        return api.get("/v1/blocks", Map.of());
    }

    @Override
    void print(Reply reply) {
        Table table = new Table("ACCOUNT", "UNTIL", "BY", "REASON");
        reply.list("blocks")
                .forEach(block -> table.row(
                        Reply.text(block, "account"),
                        Reply.text(block, "until"),
                        Reply.text(block, "by"),
                        Reply.text(block, "reason")));
        table.print(out());
    }
}
