package io.gatehouse.dist;

/** An action on what the gateway keeps in a file, such as blocked users and grants. */
abstract class KeptAction extends AdminAction {
    private boolean notKept;

    KeptAction(World world) {
        super(world);
    }

    /** Warns on standard error of what {@code reply} warns of, and if a restart forgets what was done. */
    @Override
    final void warn(Reply reply) {
        String error = reply.text("keepError");
        notKept = !error.isEmpty();
        if (notKept) {
            err().println("warning: a restart of the gateway forgets this: " + error);
        } else if (reply.text("kept").equals("false")) {
            err().println("warning: a restart of the gateway forgets this ([admin] blocks keeps it)");
        }
        String warning = reply.text("warning");
        if (!warning.isEmpty()) {
            err().println("warning: " + warning);
        }
    }

    @Override
    final int exitCode() {
        return notKept ? ExitCode.NOT_KEPT : ExitCode.OK;
    }
}
