package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.Outcome;
import io.gatehouse.core.tunnel.TunnelEvent;
import io.gatehouse.core.tunnel.TunnelState;

/** What an event did to a tunnel, in words for the log; without anything secret. */
final class TunnelStages {
    private TunnelStages() {}

    static String text(TunnelState before, TunnelEvent event, TunnelState after) {
        String from = before.getClass().getSimpleName();
        String to = after.getClass().getSimpleName();
        return text(event) + ": " + (from.equals(to) ? from : from + " -> " + to);
    }

    private static String text(TunnelEvent event) {
        return switch (event) {
            case TunnelEvent.Received received -> received.packet().getClass().getSimpleName();
            case TunnelEvent.Malformed(String why) -> "malformed packet (" + why + ")";
            case TunnelEvent.SignInContinues _ -> "sign-in goes on";
            case TunnelEvent.SignInEnded(Outcome.Accepted accepted) ->
                "signed in as " + accepted.identity().displayName();
            case TunnelEvent.SignInEnded(Outcome.Rejected rejected) ->
                "sign-in refused (" + rejected.reason().label() + ": " + rejected.detail() + ")";
            case TunnelEvent.Admitted _ -> "admitted";
            case TunnelEvent.NotAdmitted(String why) -> "not admitted (" + why + ")";
            case TunnelEvent.TargetOpened opened ->
                "connected to " + opened.allow().target() + " at "
                        + opened.address().getHostAddress() + " by rule \""
                        + opened.allow().rule().name() + "\"";
            case TunnelEvent.TargetFailed failed ->
                failed.target() + " not connected (" + failed.failure() + ": " + failed.why() + ")";
            case TunnelEvent.ApprovalNeeded needed -> "approval needed for " + needed.target();
            case TunnelEvent.ApprovalAnswered answered ->
                (answered.given() ? "approved" : "not approved")
                        + (answered.why().isEmpty() ? "" : " (" + answered.why() + ")");
            case TunnelEvent.RulesChanged _ -> "the rules changed";
            case TunnelEvent.Reviewed reviewed -> "the rules were asked again (" + reviewed.why() + ")";
            case TunnelEvent.TargetClosed(String why) -> "target closed (" + why + ")";
            case TunnelEvent.TimerFired fired -> "timer " + fired.timer();
            case TunnelEvent.Terminated(boolean _, String why) -> "ended (" + why + ")";
            case TunnelEvent.MessageForUser _ -> "message for the user";
            case TunnelEvent.TransportClosed(String why) -> "transport closed (" + why + ")";
        };
    }
}
