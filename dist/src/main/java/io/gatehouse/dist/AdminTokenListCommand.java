package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse admin-token list}. */
@Command(name = "list", description = "Lists the tokens by name and role. The tokens themselves are not kept.")
final class AdminTokenListCommand extends AdminTokenAction {
    AdminTokenListCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException {
        Table table = new Table("NAME", "ROLE", "MADE");
        read(tokenFile())
                .entries()
                .forEach(entry -> table.row(
                        entry.name(), entry.role().label(), entry.made().toString()));
        table.print(out());
    }
}
