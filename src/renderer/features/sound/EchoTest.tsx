import { useConsole } from '../../store/store.ts';
import { Button } from '../../ui/Button.tsx';

/** Calls somebody who sends back what they hear: who hears themselves is heard. */
export function EchoTest() {
  const echo = useConsole((state) => state.directory.find(({ behaviour }) => behaviour === 'echo'));
  const ready = useConsole(({ registration }) => registration.state === 'registered');
  const show = useConsole((state) => state.showSound);
  const attempt = useConsole((state) => state.attempt);
  const dial = useConsole((state) => state.dial);
  if (!echo)
    return <span className="text-muted">For an echo test, add a party that echoes to the trunk’s settings.</span>;
  return (
    <Button
      disabled={!ready}
      title={`Calls ${echo.name}, who sends back what you say`}
      onClick={() => {
        show(false);
        void attempt(dial(echo.number));
      }}
    >
      Echo test: call {echo.name}
    </Button>
  );
}
