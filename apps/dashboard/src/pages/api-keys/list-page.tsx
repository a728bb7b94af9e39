import { PageHeader } from "../../ui/page-header.tsx";
import { words } from "../../words/words.ts";

export const KeyListPage = () => <PageHeader title={words.shell.keys} />;
