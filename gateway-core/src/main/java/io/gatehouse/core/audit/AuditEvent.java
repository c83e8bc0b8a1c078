package io.gatehouse.core.audit;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.core.session.GivenApproval;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Something that an auditor asks about. Nothing in it is secret. */
public sealed interface AuditEvent {
    /** The word for a refusal by HTTP, for which the client is told a status only. */
    String CONNECTION_REFUSED = "CONNECTION_REFUSED";
    /** The word for an attempt that ended without a code for the client. */
    String CLOSED_BEFORE_CHANNEL = "CLOSED_BEFORE_CHANNEL";

    /** Where it happened and what ties it to the log. */
    Origin origin();

    /** Whether nobody has proved who they are: there can be any number of such events. */
    default boolean isOfStranger() {
        return switch (this) {
            case SignInRefused _, KdcProxyRefused _, RefusalsRepeated _ -> true;
            case Refused refused -> refused.identity().isEmpty();
            case AdminCall call -> call.administrator().isEmpty();
            case SignedIn _,
                    SecondFactor _,
                    Approval _,
                    ChannelOpened _,
                    ChannelContinued _,
                    ChannelClosed _,
                    TokenIssued _,
                    SignedOut _,
                    WakeUp _,
                    AccessGranting _,
                    DeviceTicketing _,
                    ConfigurationReloaded _ -> false;
        };
    }

    /**
     * Where an event comes from.
     *
     * @param correlationId ties all events and log lines of one tunnel together
     * @param client the client's address
     * @param clientName the machine name that the client asserts, sanitised
     * @param transport {@code websocket}, {@code dual-channel}, {@code http} before either is known, {@code portal} or
     *     {@code command}
     */
    record Origin(String correlationId, InetAddress client, Optional<String> clientName, String transport) {
        /** What a command on this machine did. */
        public static Origin ofCommand() {
            return new Origin(
                    UUID.randomUUID().toString(), InetAddress.getLoopbackAddress(), Optional.empty(), "command");
        }
    }

    /**
     * Somebody proved who they are.
     *
     * @param remark what an auditor should know although it forbids nothing, for example a token that comes from
     *     somewhere else
     */
    record SignedIn(Origin origin, Identity identity, Optional<String> remark) implements AuditEvent {
        /** Without a remark. */
        public SignedIn(Origin origin, Identity identity) {
            this(origin, identity, Optional.empty());
        }
    }

    /**
     * Something happened to the second factor of a user: it was asked for, a code was good, or codes were set up or
     * removed.
     *
     * @param detail more about it; may be empty
     */
    record SecondFactor(Origin origin, Identity identity, Factor what, String detail) implements AuditEvent {}

    /**
     * A connection needs an approval, or somebody answered.
     *
     * @param origin of the connection that needs it, or of the browser in which it was answered, or of the gateway
     * @param identity whose connection it is, or who answered
     * @param of whose connection it is, when somebody answered
     * @param question its id; empty for a connection that needs none by exception
     * @param rule the rule that asks for it; empty when the question is not known
     * @param target what the client asked for, as far as that is known
     * @param how it was given, when it was
     * @param detail more about it; may be empty
     */
    record Approval(
            Origin origin,
            Identity identity,
            ApprovalStep what,
            Optional<String> of,
            String question,
            String rule,
            Optional<String> target,
            Optional<ApprovalHow> how,
            String detail)
            implements AuditEvent {}

    /**
     * Somebody did not.
     *
     * @param account the name that was claimed, sanitised; not verified
     * @param method the scheme they tried
     * @param reason the kind of failure
     * @param detail why
     */
    record SignInRefused(Origin origin, Optional<String> account, String method, Outcome.Reason reason, String detail)
            implements AuditEvent {}

    /**
     * A message to a KDC was not carried.
     *
     * @param account whose password was to be guessed, in case of a guess too many; not verified
     * @param realm as the client wrote it
     * @param message its type, for example {@code AS-REQ}
     * @param detail why
     */
    record KdcProxyRefused(Origin origin, Optional<String> account, String realm, String message, String detail)
            implements AuditEvent {}

    /**
     * A connection, tunnel or channel was refused or failed before a channel was open.
     *
     * @param stage how far the client came
     * @param identity who, when they are known
     * @param target what they asked for, when they came so far
     * @param asked all names that the client asked for, when there are several
     * @param code the error that the client was told, for example {@code E_PROXY_RAP_ACCESSDENIED}; that is also the
     *     one of a name that is denied because of its addresses, where the client is told E_PROXY_TS_CONNECTFAILED
     * @param detail why
     */
    record Refused(
            Origin origin,
            Stage stage,
            Optional<Identity> identity,
            Optional<String> target,
            List<String> asked,
            String code,
            String detail)
            implements AuditEvent {
        public Refused {
            asked = List.copyOf(asked);
        }

        /** Of a client that asked for one name, or for none yet. */
        public Refused(
                Origin origin,
                Stage stage,
                Optional<Identity> identity,
                Optional<String> target,
                String code,
                String detail) {
            this(origin, stage, identity, target, List.of(), code, detail);
        }
    }

    /**
     * A channel to a target is open.
     *
     * @param rule the rule that allowed it
     * @param approval by which it was opened, where the rule asks for one
     * @param target the target as asked for, normalised, {@code host:port}
     * @param asked all names that the client asked for, when there are several
     * @param address the address that was dialled
     */
    record ChannelOpened(
            Origin origin,
            Identity identity,
            String rule,
            Optional<GivenApproval> approval,
            String target,
            List<String> asked,
            InetAddress address)
            implements AuditEvent {
        public ChannelOpened {
            asked = List.copyOf(asked);
        }

        /** Of a client that asked for one name. */
        public ChannelOpened(Origin origin, Identity identity, String rule, String target, InetAddress address) {
            this(origin, identity, rule, Optional.empty(), target, List.of(), address);
        }
    }

    /**
     * An open channel goes on, about which the rules were asked again.
     *
     * @param renewed whether its session timeout was over and the session was renewed; otherwise its rule, or the times
     *     of its rule, are others
     * @param rule by which it goes on
     * @param before the rule by which it was open until then
     * @param target the target as asked for, normalised, {@code host:port}
     * @param detail why the rules were asked
     */
    record ChannelContinued(
            Origin origin, Identity identity, boolean renewed, String rule, String before, String target, String detail)
            implements AuditEvent {}

    /**
     * A channel ended.
     *
     * @param rule the rule by which it was open at last
     * @param bytesToTarget bytes from the client to the target
     * @param bytesToClient bytes from the target to the client
     * @param lasted how long it was open
     * @param closedBy who ended it
     * @param detail why
     */
    record ChannelClosed(
            Origin origin,
            Identity identity,
            String rule,
            String target,
            long bytesToTarget,
            long bytesToClient,
            Duration lasted,
            ClosedBy closedBy,
            String detail)
            implements AuditEvent {}

    /**
     * Somebody got a file with a token.
     *
     * @param desktop its name at the portal
     * @param target what the token opens, {@code host:port}
     * @param token the token's id
     */
    record TokenIssued(Origin origin, Identity identity, String desktop, String target, String token)
            implements AuditEvent {}

    /**
     * Somebody asked for access to a desktop for a while, or something became of such a request or grant.
     *
     * @param by who did it; the gateway itself for what ends by its time
     * @param account whose access it is about, {@code domain\\user}
     * @param desktop its name in the configuration
     * @param target {@code host:port}
     * @param grant the id of the request or grant
     * @param detail reason, time, or why it was refused
     */
    record AccessGranting(
            Origin origin,
            String by,
            String account,
            String desktop,
            String target,
            String grant,
            Granting what,
            String detail)
            implements AuditEvent {}

    /**
     * Somebody got a file for a device, or something became of its ticket.
     *
     * @param by who did it; the gateway itself for what ends by its time
     * @param account whose ticket it is, {@code DOMAIN\\user}
     * @param ticket its id; empty when none was made
     * @param device what its user calls the device
     * @param desktop its name in the configuration
     * @param target {@code host:port}
     * @param detail until when, or why
     */
    record DeviceTicketing(
            Origin origin,
            String by,
            String account,
            String ticket,
            String device,
            String desktop,
            String target,
            Ticketing what,
            String detail)
            implements AuditEvent {}

    /**
     * The machine of a desktop is woken for a user, has answered, or has not.
     *
     * @param identity who asked first
     * @param rule by which they may
     * @param desktop its name in the configuration
     * @param target {@code host:port}, the port that is waited for
     * @param detail how it is woken, how long it took, or why it failed
     */
    record WakeUp(
            Origin origin, Identity identity, String rule, String desktop, String target, Waking what, String detail)
            implements AuditEvent {}

    /**
     * Somebody ended their session at the portal, and with it their tokens and tunnels.
     *
     * @param detail how
     */
    record SignedOut(Origin origin, Identity identity, String detail) implements AuditEvent {}

    /**
     * A request to the admin API.
     *
     * @param administrator who made it; empty when nobody proved who they are
     * @param method how they proved it: {@code peer} (the user of the process at the other end of the socket) or {@code
     *     token}
     * @param operation what was asked for, by its name in the API's description; {@code unknown} for anything else
     * @param subject what it was about: a session, a user; sanitised
     * @param status of the answer
     * @param detail why it was refused, or what it did
     */
    record AdminCall(
            Origin origin,
            Optional<String> administrator,
            String method,
            String operation,
            Optional<String> subject,
            int status,
            String detail)
            implements AuditEvent {
        /** Whether it was refused. */
        public boolean isRefused() {
            return status >= 400;
        }
    }

    /**
     * Refusals that repeat one another, and so were counted instead of written.
     *
     * @param origin of the last of them
     * @param kind what was refused and why
     * @param about whom or what they were about; not verified. Empty when that was not always the same
     * @param count how many, without those that were written
     * @param within the time in which they came
     */
    record RefusalsRepeated(Origin origin, String kind, String about, long count, Duration within)
            implements AuditEvent {}

    /**
     * The configuration of the running gateway was read again.
     *
     * @param by who asked: a signal, or the name of an administrator
     * @param before SHA-256 of the file that was in force
     * @param after SHA-256 of the file that is in force now; the same, if the new one was refused
     * @param applied whether the new one is in force
     * @param detail the keys that changed, or why it is not
     */
    record ConfigurationReloaded(Origin origin, String by, String before, String after, boolean applied, String detail)
            implements AuditEvent {}

    /** How far an attempt came that was refused or failed. */
    enum Stage {
        /** HTTP, until a transport carries packets. */
        CONNECTION,
        /** HANDSHAKE_REQUEST. */
        HANDSHAKE,
        /** The client proves who it is. */
        SIGN_IN,
        /** The rules are asked whether the user may have a tunnel, and the client names itself. */
        ADMISSION,
        /** The client asks for a target, which is looked for and connected to. */
        TARGET
    }

    /** What happened to a second factor. */
    enum Factor {
        /** The first factor was right, and the user is asked for the second one. */
        ASKED,
        /** A one-time code was good. */
        CODE_ACCEPTED,
        /** A recovery code was good, and is good no more. */
        RECOVERY_CODE_USED,
        /** The user set up one-time codes. */
        ENROLLED,
        /** The user removed them. */
        REMOVED,
        /** The user got other recovery codes. */
        RECOVERY_CODES_RENEWED,
        /** A command, or somebody who edited the file, removed one-time codes or a ticket of the user. */
        RESET_BY_COMMAND,
        /** A command made a ticket for the user. */
        TICKET_MADE,
        /** Somebody put other one-time codes into the file. */
        CHANGED_IN_FILE,
        /** The certificate that was the second factor of a session at the portal is good no more. */
        CERTIFICATE_ENDED
    }

    /** What became of a request for access, or of a grant. */
    enum Granting {
        ASKED,
        APPROVED,
        /** An approver said no. */
        DENIED,
        /** The user took the request back. */
        WITHDRAWN,
        /** Somebody asked or answered who may not. */
        REFUSED,
        REVOKED,
        EXPIRED,
        /** It was for one session, which has ended. */
        USED
    }

    /** What became of a device ticket. */
    enum Ticketing {
        MADE,
        /** None was made: there are too many. */
        REFUSED,
        REVOKED,
        EXPIRED
    }

    /** How far a machine is that is woken. */
    enum Waking {
        /** Packets are sent, or the command runs. */
        BEGUN,
        /** Its port answers. */
        ANSWERED,
        /** Its port did not answer in time, or the command failed. */
        UNANSWERED
    }

    /** How an approval was given. */
    enum ApprovalHow {
        /** The approver chose the number that the client shows. */
        NUMBER,
        /** The approver confirmed that the client shows no number. */
        WITHOUT_NUMBER;

        /** How {@code approval} was given. */
        static ApprovalHow of(GivenApproval approval) {
            return approval.withNumber() ? NUMBER : WITHOUT_NUMBER;
        }
    }

    /** What happened to an approval. */
    enum ApprovalStep {
        /** A connection waits for it. */
        ASKED,
        /** Somebody approved the connection. */
        GIVEN,
        /** Somebody refused it, or chose a wrong number. */
        REFUSED,
        /** Somebody said that the connection is not theirs. */
        NOT_ME,
        /** Somebody answered who may not, or too late; it changed nothing. */
        DENIED,
        /** The question ended without an answer: its user, its device ticket or its rule is gone. */
        CLOSED,
        /** A connection went through without, because its client shows no messages and the rule exempts those. */
        EXEMPT
    }

    /** Who ended a channel. */
    enum ClosedBy {
        CLIENT,
        TARGET,
        IDLE_TIMEOUT,
        SESSION_TIMEOUT,
        POLICY,
        ADMINISTRATOR,
        SHUTDOWN,
        ERROR
    }
}
