package io.gatehouse.dist;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;

/** The program {@code gatehouse}. */
public final class Main {
    private Main() {}

    /** Runs the command that {@code arguments} name, and exits with its code. */
    public static void main(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("run")) {
            HangUp.listen(); // first: until then, SIGHUP ends the process
        }
        ProcessLog.takeUncaught();
        int code = commandLine(World.ofThisProcess()).execute(arguments);
        ProcessLog.end();
        System.exit(code);
    }

    /** The whole command line; everything that a test wants to exchange is in {@code world}. */
    static CommandLine commandLine(World world) {
        CommandLine user = new CommandLine(new UserCommand())
                .addSubcommand(new UserAddCommand(world))
                .addSubcommand(new UserPasswordCommand(world))
                .addSubcommand(new UserRemoveCommand(world))
                .addSubcommand(new UserEndCommand(world))
                .addSubcommand(new UserBlockCommand(world))
                .addSubcommand(new UserUnblockCommand(world))
                .addSubcommand(new UserBlocksCommand(world))
                .addSubcommand(new UserListCommand(world));
        CommandLine rdp = new CommandLine(new RdpCommand())
                .addSubcommand(new RdpMakeCommand(world))
                .addSubcommand(new RdpSignCommand(world));
        CommandLine token = new CommandLine(new TokenCommand())
                .addSubcommand(new TokenMintCommand(world))
                .addSubcommand(new TokenInspectCommand(world))
                .addSubcommand(new TokenRotateCommand(world));
        CommandLine sessions = new CommandLine(new SessionsCommand(world))
                .addSubcommand(new SessionsListCommand(world))
                .addSubcommand(new SessionsShowCommand(world))
                .addSubcommand(new SessionsEndCommand(world))
                .addSubcommand(new SessionsMessageCommand(world));
        CommandLine adminToken = new CommandLine(new AdminTokenCommand())
                .addSubcommand(new AdminTokenAddCommand(world))
                .addSubcommand(new AdminTokenListCommand(world))
                .addSubcommand(new AdminTokenRemoveCommand(world));
        CommandLine totp = new CommandLine(new TotpCommand())
                .addSubcommand(new TotpEnrolCommand(world))
                .addSubcommand(new TotpListCommand(world))
                .addSubcommand(new TotpResetCommand(world));
        CommandLine migrate = new CommandLine(new MigrateCommand())
                .addSubcommand(new MigrateRdpgwCommand(world))
                .addSubcommand(new MigrateRdGatewayCommand(world));
        CommandLine audit = new CommandLine(new AuditCommand()).addSubcommand(new AuditVerifyCommand(world));
        CommandLine all = new CommandLine(new GatehouseCommand())
                .addSubcommand(InitCommand.commandLine(world))
                .addSubcommand(new RunCommand(world))
                .addSubcommand(new CheckCommand(world))
                .addSubcommand(new DoctorCommand(world))
                .addSubcommand(new ExplainCommand(world))
                .addSubcommand(new ReloadCommand(world))
                .addSubcommand(user)
                .addSubcommand(totp)
                .addSubcommand(token)
                .addSubcommand(rdp)
                .addSubcommand(new StatusCommand(world))
                .addSubcommand(new DebugCommand(world))
                .addSubcommand(sessions)
                .addSubcommand(new DrainCommand(world))
                .addSubcommand(new UndrainCommand(world))
                .addSubcommand(adminToken)
                .addSubcommand(audit)
                .addSubcommand(migrate)
                .addSubcommand(new DemoCommand(world))
                .addSubcommand(new AotCacheCommand(world))
                .addSubcommand(new VersionCommand(world))
                .addSubcommand(new CompletionCommand(world));
        all.setExecutionExceptionHandler((exception, command, _) -> {
            if (exception instanceof CommandException expected) {
                command.getErr().println("gatehouse: " + expected.getMessage());
                return expected.exitCode();
            }
            if (exception instanceof IOException failure) {
                command.getErr().println("gatehouse: " + reason(failure));
                return ExitCode.FAILED;
            }
            throw exception;
        });
        return all;
    }

    /** The exceptions of file systems have the file for their whole message. */
    private static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> missing.getFile() + ": there is no such file";
            case AccessDeniedException denied ->
                denied.getFile() + ": the user " + System.getProperty("user.name") + " has no permission for this";
            case FileAlreadyExistsException taken -> taken.getFile() + ": already exists";
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}
