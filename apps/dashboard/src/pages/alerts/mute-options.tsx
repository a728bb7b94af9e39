import { serverNow } from "../../server-clock.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

const dayHours = 24;
const choices = [1, 8, dayHours, 7 * dayHours, 30 * dayHours] as const;

/** For how long, in hours: options of a `select`. */
export const MuteOptions = () =>
  choices.map((hours) => (
    <option key={hours} value={hours}>
      {hours < dayHours ? say(words.alertRuleForm.muteHours, { count: hours }) : say(words.alertRuleForm.muteDays, { count: hours / dayHours })}
    </option>
  ));

const hourMs = 3_600_000;

/** When so many hours are over; undefined: nothing was chosen. */
export const endOf = (hours: string): string | undefined => (hours === "" ? undefined : new Date(serverNow() + Number(hours) * hourMs).toISOString());
