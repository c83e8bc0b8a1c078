package io.gatehouse.dist;

/** An action on temporary grants, which the gateway keeps in a file. */
abstract class GrantAction extends AdminAction {
    private boolean notKept;

    GrantAction(World world) {
        super(world);
    }

    /** Warns on standard error when {@code reply} says that a restart of the gateway forgets what was done. */
    @Override
    final void warn(Reply reply) {
        String error = reply.text("keepError");
        notKept = !error.isEmpty();
        if (notKept) {
            err().println("warning: a restart of the gateway forgets this: " + error);
        }
    }

    @Override
    final int exitCode() {
        return notKept ? ExitCode.NOT_KEPT : ExitCode.OK;
    }
}
