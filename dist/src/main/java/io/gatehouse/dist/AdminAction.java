package io.gatehouse.dist;

import picocli.CommandLine.Mixin;

/** An action that a running gateway does. */
abstract class AdminAction extends Action {
    @Mixin
    private final AdminOption option = new AdminOption();

    AdminAction(World world) {
        super(world);
    }

    /** Asks the gateway. */
    abstract Reply ask(AdminApi api) throws CommandException;

    /** Prints its answer for people. */
    abstract void print(Reply reply);

    /** Prints on standard error what people should know although it was done, also beside JSON. */
    void warn(Reply reply) {}

    @Override
    final void act() throws CommandException {
        Reply reply = ask(option.api(world(), err()));
        if (option.json()) {
            out().println(reply.raw());
        } else {
            print(reply);
        }
        warn(reply);
    }
}
