package io.gatehouse.dist;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;

/** The program {@code gatehouse}. */
public final class Main {
    /** The commands in the order of the help, and what makes each. */
    private static final Map<String, Function<World, Object>> COMMANDS = commands();

    private static Map<String, Function<World, Object>> commands() {
        Map<String, Function<World, Object>> commands = new LinkedHashMap<>();
        commands.put("init", InitCommand::commandLine);
        commands.put("run", RunCommand::new);
        commands.put("check", CheckCommand::new);
        commands.put("doctor", DoctorCommand::new);
        commands.put("explain", ExplainCommand::new);
        commands.put("reload", ReloadCommand::new);
        commands.put("user", Main::user);
        commands.put("totp", Main::totp);
        commands.put("grant", Main::grant);
        commands.put("ticket", Main::ticket);
        commands.put("token", Main::token);
        commands.put("rdp", Main::rdp);
        commands.put("status", StatusCommand::new);
        commands.put("health", HealthCommand::new);
        commands.put("debug", DebugCommand::new);
        commands.put("sessions", Main::sessions);
        commands.put("drain", DrainCommand::new);
        commands.put("undrain", UndrainCommand::new);
        commands.put("admin-token", Main::adminToken);
        commands.put("audit", Main::audit);
        commands.put("migrate", Main::migrate);
        commands.put("demo", DemoCommand::new);
        commands.put("aot-cache", AotCacheCommand::new);
        commands.put("version", VersionCommand::new);
        commands.put("completion", CompletionCommand::new);
        return commands;
    }

    private Main() {}

    /** Runs the command that {@code arguments} name, and exits with its code. */
    public static void main(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("run")) {
            HangUp.listen(); // first: until then, SIGHUP ends the process
        }
        ProcessLog.takeUncaught();
        int code = commandLine(World.ofThisProcess(), arguments).execute(arguments);
        ProcessLog.end();
        System.exit(code);
    }

    private static CommandLine user(World world) {
        return new CommandLine(new UserCommand())
                .addSubcommand(new UserAddCommand(world))
                .addSubcommand(new UserPasswordCommand(world))
                .addSubcommand(new UserRemoveCommand(world))
                .addSubcommand(new UserEndCommand(world))
                .addSubcommand(new UserBlockCommand(world))
                .addSubcommand(new UserUnblockCommand(world))
                .addSubcommand(new UserBlocksCommand(world))
                .addSubcommand(new UserListCommand(world));
    }

    private static CommandLine totp(World world) {
        return new CommandLine(new TotpCommand())
                .addSubcommand(new TotpEnrolCommand(world))
                .addSubcommand(new TotpListCommand(world))
                .addSubcommand(new TotpResetCommand(world));
    }

    private static CommandLine token(World world) {
        return new CommandLine(new TokenCommand())
                .addSubcommand(new TokenMintCommand(world))
                .addSubcommand(new TokenInspectCommand(world))
                .addSubcommand(new TokenRotateCommand(world));
    }

    private static CommandLine rdp(World world) {
        return new CommandLine(new RdpCommand())
                .addSubcommand(new RdpMakeCommand(world))
                .addSubcommand(new RdpSignCommand(world));
    }

    private static CommandLine sessions(World world) {
        return new CommandLine(new SessionsCommand(world))
                .addSubcommand(new SessionsListCommand(world))
                .addSubcommand(new SessionsShowCommand(world))
                .addSubcommand(new SessionsEndCommand(world))
                .addSubcommand(new SessionsMessageCommand(world));
    }

    private static CommandLine adminToken(World world) {
        return new CommandLine(new AdminTokenCommand())
                .addSubcommand(new AdminTokenAddCommand(world))
                .addSubcommand(new AdminTokenListCommand(world))
                .addSubcommand(new AdminTokenRemoveCommand(world));
    }

    private static CommandLine migrate(World world) {
        return new CommandLine(new MigrateCommand())
                .addSubcommand(new MigrateRdpgwCommand(world))
                .addSubcommand(new MigrateRdGatewayCommand(world));
    }

    private static CommandLine grant(World world) {
        return new CommandLine(new GrantCommand())
                .addSubcommand(new GrantListCommand(world))
                .addSubcommand(new GrantAddCommand(world))
                .addSubcommand(new GrantRevokeCommand(world));
    }

    private static CommandLine ticket(World world) {
        return new CommandLine(new TicketCommand())
                .addSubcommand(new TicketListCommand(world))
                .addSubcommand(new TicketRevokeCommand(world));
    }

    private static CommandLine audit(World world) {
        return new CommandLine(new AuditCommand()).addSubcommand(new AuditVerifyCommand(world));
    }

    /**
     * The command line; everything that a test wants to exchange is in {@code world}. If {@code arguments} begin with a
     * command, it knows no other, because picocli reads the options of every command that it is given: a fifth of the
     * gateway's start.
     */
    static CommandLine commandLine(World world, String... arguments) {
        boolean one = arguments.length > 0
                && COMMANDS.containsKey(arguments[0])
                && !arguments[0].equals("completion"); // is about all of them
        CommandLine all = new CommandLine(new GatehouseCommand());
        COMMANDS.forEach((name, command) -> {
            if (!one || name.equals(arguments[0])) {
                all.addSubcommand(name, command.apply(world));
            }
        });
        all.setExecutionExceptionHandler((exception, command, _) -> {
            if (exception instanceof CommandException expected) {
                command.getErr().println("gatehouse: " + expected.getMessage());
                return expected.exitCode();
            }
            if (exception instanceof IOException failure) {
                command.getErr().println("gatehouse: " + FileFailure.reason(failure));
                return ExitCode.FAILED;
            }
            throw exception;
        });
        return all;
    }
}
